import ONNX

/// Names that the format knows, the frequent ones first (`FORMAT.md`, section 7).
package enum WellKnownNames {
    package static let operators: [String] = operatorTable.split(whereSeparator: \.isWhitespace).map(String.init)

    /// Names of attributes with the kind that they usually have.
    package static let attributes: [(name: String, kind: AttributeKind)] =
        attributeTable.split(whereSeparator: \.isWhitespace).compactMap { entry in
            let parts = entry.split(separator: ":")
            return AttributeKind(label: parts[1]).map { (String(parts[0]), $0) }
        }

    private static let operatorTable = """
        Conv Relu Gemm MatMul Add MaxPool BatchNormalization Flatten Reshape GlobalAveragePool Mul Softmax Concat
        Transpose Sigmoid Clip AveragePool Sub Div Identity Constant Abs Acos Acosh AffineGrid And ArgMax ArgMin Asin
        Asinh Atan Atanh Bernoulli BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil
        Celu CenterCropPad Col2Im Compress ConcatFromSequence ConstantOfShape ConvInteger ConvTranspose Cos Cosh CumSum
        DFT DeformConv DepthToSpace DequantizeLinear Det Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand
        EyeLike Floor GRU Gather GatherElements GatherND Gelu GlobalLpPool GlobalMaxPool Greater GreaterOrEqual
        GridSample GroupNormalization HammingWindow HannWindow HardSigmoid HardSwish Hardmax If ImageDecoder
        InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax Loop
        LpNormalization LpPool MatMulInteger Max MaxRoiPool MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min
        Mish Mod Multinomial Neg NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional
        OptionalGetElement OptionalHasElement Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RNN RandomNormal
        RandomNormalLike RandomUniform RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp
        ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare RegexFullMatch Resize ReverseSequence
        RoiAlign Round STFT Scan Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty
        SequenceErase SequenceInsert SequenceLength SequenceMap Shape Shrink Sign Sin Sinh Size Slice
        SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt Squeeze StringConcat
        StringNormalizer StringSplit Sum Tan Tanh TfIdfVectorizer ThresholdedRelu Tile TopK Trilu Unique Unsqueeze
        Upsample Where Xor
        """

    private static let attributeTable = """
        dilations:ints group:int kernel_shape:ints pads:ints strides:ints ceil_mode:int axis:int alpha:float beta:float
        transB:int transA:int epsilon:float momentum:float training_mode:int perm:ints axes:ints keepdims:int
        auto_pad:string value:tensor activation_alpha:floats activation_beta:floats activations:strings
        align_corners:int allowzero:int antialias:int approximate:string batch_axis:int batch_dims:int bias:float
        block_size:int blocksize:int broadcast:int case_change_action:string center_point_box:int clip:float
        consumed_inputs:ints coordinate_transformation_mode:string count_include_pad:int cubic_coeff_a:float
        delimiter:string detect_negative:int detect_positive:int direction:string directions:ints dtype:int end:int
        ends:ints equation:string exclude_outside:int exclusive:int extrapolation_value:float fmod:int gamma:float
        height_scale:float hidden_size:int high:float ignore_index:int input_forget:int inverse:int
        is_case_sensitive:int is_test:int k:int keep_aspect_ratio_policy:string lambd:float largest:int layout:int
        linear_before_reset:int locale:string low:float max:float max_gram_length:int max_skip_count:int maxsplit:int
        mean:float min:float min_gram_length:int mode:string nearest_mode:string new_axis:int ngram_counts:ints
        ngram_indexes:ints noop_with_empty_axes:int num_groups:int num_outputs:int num_scan_inputs:int offset_group:int
        onesided:int output_datatype:int output_dtype:int output_height:int output_padding:ints output_sequence:int
        output_shape:ints output_width:int p:int padding_mode:string paddings:ints pattern:string periodic:int
        pixel_format:string pool_int64s:ints pool_strings:strings pooled_shape:ints ratio:float reduction:string
        reverse:int sample_size:int sampling_ratio:int saturate:int scale:float scales:floats scan_input_axes:ints
        scan_input_directions:ints scan_output_axes:ints scan_output_directions:ints seed:float select_last_index:int
        shape:ints size:int sorted:int spatial:int spatial_scale:float split:ints start:int starts:ints stash_type:int
        stopwords:strings storage_order:int time_axis:int to:int upper:int value_float:float value_floats:floats
        value_int:int value_ints:ints value_string:string value_strings:strings weights:floats width_scale:float
        """
}

/// Kinds of attributes that the format holds, with the numbers of `AttributeProto.AttributeType`.
package enum AttributeKind: Int {
    case float = 1, int, string, tensor
    case floats = 6, ints, strings, tensors

    init?(label: Substring) {
        switch label {
        case "float": self = .float
        case "int": self = .int
        case "string": self = .string
        case "tensor": self = .tensor
        case "floats": self = .floats
        case "ints": self = .ints
        case "strings": self = .strings
        case "tensors": self = .tensors
        default: return nil
        }
    }

    /// The kind of a value; `nil` for graphs and unknown ones.
    init?(_ value: AttributeValue) {
        switch value {
        case .float: self = .float
        case .int: self = .int
        case .string: self = .string
        case .tensor: self = .tensor
        case .floats: self = .floats
        case .ints: self = .ints
        case .strings: self = .strings
        case .tensors: self = .tensors
        case .graph, .graphs, .unknown: return nil
        }
    }
}
